#!/bin/sh
# A Prefect worker whose health is asked at port 8080. With RAY_HEAD=host:port it is a node of that
# Ray cluster first, one that runs no steps: Ray's drivers, here builds, need a node beside them.
set -eu
if [ -n "${RAY_HEAD:-}" ]; then
  ray start --address "$RAY_HEAD" --num-cpus 0
fi
exec prefect worker start --pool "${WORK_POOL:-partimento}" --type process --with-healthcheck
