# Training on NVIDIA GPUs, with flash attention.
#
#   docker build -f docker/training.Dockerfile -t partimento-training .
#   docker run --gpus all --ipc host -v /data:/data partimento-training training/run.sh /data/configs
#
# CUDA 13.0 is what torch 2.13's wheel on PyPI is built with; Rocky Linux 9 has Python 3.11.
FROM nvidia/cuda:13.0.1-devel-rockylinux9 AS compiled
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN dnf install -y gcc gcc-c++ python3.11 python3.11-devel && dnf clean all
ARG UV_VERSION=0.13.9
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 \
    UV_CACHE_DIR=/var/cache/python/uv PIP_CACHE_DIR=/var/cache/python/pip
WORKDIR /partimento
COPY . .
RUN --mount=type=cache,target=/var/cache/python \
    python3.11 -m venv /opt/uv \
    && /opt/uv/bin/pip install --quiet "uv==${UV_VERSION}" \
    && /opt/uv/bin/uv venv --quiet --python /usr/bin/python3.11 /opt/partimento \
    && /opt/uv/bin/uv pip install --quiet --python /opt/partimento/bin/python \
        --constraint requirements-train.txt --editable ".[train,tensorboard]"
# `model.attention: flash_attention_2`. It is compiled for the GPUs named here (90: H100 and H200),
# for an hour or more; MAX_JOBS bounds the memory, some 10 GB each.
ARG FLASH_ATTN_VERSION=2.8.3.post2
ARG FLASH_ATTN_CUDA_ARCHS=90
ARG MAX_JOBS=4
RUN --mount=type=cache,target=/var/cache/python \
    /opt/uv/bin/uv pip install --quiet --python /opt/partimento/bin/python \
        ninja packaging "setuptools<81" wheel \
    && FLASH_ATTN_CUDA_ARCHS="${FLASH_ATTN_CUDA_ARCHS}" MAX_JOBS="${MAX_JOBS}" \
        PATH="/opt/partimento/bin:${PATH}" FLASH_ATTENTION_FORCE_BUILD=TRUE \
        /opt/uv/bin/uv pip install --quiet --python /opt/partimento/bin/python \
        --no-build-isolation "flash-attn==${FLASH_ATTN_VERSION}"


FROM nvidia/cuda:13.0.1-runtime-rockylinux9 AS training
LABEL org.opencontainers.image.title="Partimento: training" \
      org.opencontainers.image.licenses="Apache-2.0"
# Triton compiles a stub for each kernel with gcc and Python's headers.
RUN dnf install -y gcc python3.11 python3.11-devel && dnf clean all \
    && useradd --create-home --uid 10001 partimento \
    && install -d -o partimento -g partimento /data
ENV LANG=C.UTF-8 \
    DO_NOT_TRACK=1 \
    PATH=/opt/partimento/bin:$PATH
WORKDIR /partimento
COPY --from=compiled /opt/partimento /opt/partimento
COPY --from=compiled /partimento .
USER 10001:10001
RUN python -c "import flash_attn, torch; assert torch.version.cuda.startswith('13.')"
VOLUME /data
# Whether this container still reaches its GPUs.
HEALTHCHECK --interval=60s --timeout=10s CMD ["nvidia-smi", "--list-gpus"]
CMD ["training/run.sh", "/data/configs"]
