# The portal's programs in one image; docker-compose.yml says which one a container runs.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1
WORKDIR /app

# Packages first: a change of the code does not install them again.
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY manage.py ./
COPY portal portal
COPY procedures procedures
COPY sync sync

RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin portal
USER portal
EXPOSE 8000 8100
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "portal.wsgi:application"]
