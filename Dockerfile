# The application alone; PostGIS is the other service of docker-compose.yml.
FROM python:3.12-slim
# pg_dump and pg_restore for `diachiso db backup` come from the distribution; the server itself is not used here.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home diachiso
WORKDIR /app
COPY requirements.lock pyproject.toml README.md ./
RUN pip install --no-cache-dir -r requirements.lock
COPY registry registry
COPY loaders loaders
COPY geocode geocode
COPY service service
COPY sample_data sample_data
RUN pip install --no-cache-dir --no-deps -e . && mkdir -p var && chown -R diachiso /app
USER diachiso
EXPOSE 8000
CMD ["diachiso", "demo", "--host", "0.0.0.0"]
