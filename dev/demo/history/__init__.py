"""An invented year of an organisation under its rulebook, drawn from a fixed seed by what the scheme itself says."""
