#!/usr/bin/env bash
# All stages, one after the other; each goes on from its last checkpoint when run again.
#
#   training/run.sh [FOLDER]      FOLDER of backbone-1.yaml … backbone-3.yaml, skills.yaml,
#                                 think.yaml, grpo.yaml; those that are not there are left out
#
# On several machines, run it on each with MACHINES, RANK, MASTER and PORT set (or under Slurm:
# training/slurm.sh). DEVICES is the number of GPUs of a machine; without GPUs the same runs on CPUs,
# one process or as many as DEVICES says.
set -euo pipefail
cd "$(dirname "$0")/.."
configs=${1:-training/configs}
python=${PYTHON:-python}
devices=${DEVICES:-$($python -c 'import torch; print(torch.cuda.device_count() or 1)')}

launch() {
  "$python" -m torch.distributed.run \
    --nnodes "${MACHINES:-1}" --node-rank "${RANK:-0}" --nproc-per-node "$devices" \
    --master-addr "${MASTER:-127.0.0.1}" --master-port "${PORT:-29500}" \
    -m "$@"
}

for stage in backbone-1 backbone-2 backbone-3 skills think grpo; do
  config=$configs/$stage.yaml
  [ -f "$config" ] || continue
  module=training.sft
  [ "$stage" = grpo ] && module=training.grpo
  echo "== $stage: $config"
  launch "$module" "$config"
done
