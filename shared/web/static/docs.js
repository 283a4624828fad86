const api = document.getElementById("api");
SwaggerUIBundle({
  url: api.dataset.document,
  domNode: api,
  deepLinking: true,
  docExpansion: "list",
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});
