# The pipeline, and the Prefect server, Prefect worker and Ray node that run it.
#
#   docker build -f docker/pipeline.Dockerfile -t partimento .
#   docker build -f docker/pipeline.Dockerfile --target tree -t partimento-tree .
#
# Debian 12's own Python is 3.11, the only one that chord-extractor (Chordino) has a wheel for.
FROM debian:bookworm-slim AS python
ENV LANG=C.UTF-8 \
    DO_NOT_TRACK=1 \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    RAY_USAGE_STATS_ENABLED=0
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libgomp1 python3.11 \
    && rm -rf /var/lib/apt/lists/*


# The repository on a machine that compiles: `make demo` and `make test` run here.
FROM python AS tree
RUN apt-get update \
    && apt-get install -y --no-install-recommends g++ gcc git make python3.11-dev python3.11-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /partimento
COPY . .


# madmom and vamp are compiled here, so that the pipeline's image holds no compiler.
FROM tree AS compiled
ARG UV_VERSION=0.13.9
# Beside these: lyrics, faster-whisper, demucs, train (each brings torch).
ARG EXTRAS="av,delta,ray,webdataset"
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 \
    UV_CACHE_DIR=/var/cache/python/uv PIP_CACHE_DIR=/var/cache/python/pip
RUN --mount=type=cache,target=/var/cache/python \
    python3.11 -m venv /opt/uv \
    && /opt/uv/bin/pip install --quiet "uv==${UV_VERSION}" \
    && /opt/uv/bin/uv venv --quiet --python /usr/bin/python3.11 /opt/partimento \
    && /opt/uv/bin/uv pip install --quiet --python /opt/partimento/bin/python \
        --constraint requirements-all.txt --editable ".[${EXTRAS}]"


FROM python AS pipeline
LABEL org.opencontainers.image.title="Partimento" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --create-home --uid 10001 partimento \
    && install -d -o partimento -g partimento /data
WORKDIR /partimento
COPY --from=compiled /opt/partimento /opt/partimento
COPY --from=compiled /partimento .
# What `examples/corpus.yaml` builds lies on the volume, too.
RUN ln -s /data build
ENV PATH=/opt/partimento/bin:$PATH
USER 10001:10001
# Status 1 where a tool does not load or the Chordino plugin is not found: then there is no image.
RUN partimento doctor
VOLUME /data
EXPOSE 4200 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/health', timeout=8)"]
CMD ["docker/worker.sh"]
