# One image for every process; which one it is, the command says: `-m services.submission web`.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /tongbao

COPY requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes --requirement requirements.lock

COPY shared ./shared
COPY services ./services
RUN python -m compileall -q shared services

USER 10001:10001
ENTRYPOINT ["python"]
CMD ["-m", "services.submission", "--help"]
