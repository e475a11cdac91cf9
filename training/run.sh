#!/usr/bin/env bash
# All stages, one after the other; each goes on from its last checkpoint when run again.
#
#   training/run.sh [FOLDER]      FOLDER of backbone.yaml, skills.yaml, think.yaml, grpo.yaml;
#                                 those that are not there are left out
#
# On several machines, run it on each with MACHINES, RANK, MASTER and PORT set. DEVICES is the
# number of GPUs of a machine; with none, the stages run on the CPU, one process. More processes
# without GPUs (DEVICES=2, or MACHINES=2) rehearse the launch: training/rehearsal.py.
set -euo pipefail
cd "$(dirname "$0")/.."
configs=${1:-training/configs}
python=${PYTHON:-python}
gpus=$($python -c 'import torch; print(torch.cuda.device_count())')
devices=${DEVICES:-$((gpus > 0 ? gpus : 1))}
machines=${MACHINES:-1}

launch() {
  if [ $((devices * machines)) -eq 1 ]; then
    "$python" -m "$@"
    return
  fi
  [ "$gpus" -gt 0 ] || set -- training.rehearsal "$@"
  "$python" -m accelerate.commands.launch --config_file training/configs/fsdp2.yaml \
    --num_machines "$machines" --machine_rank "${RANK:-0}" \
    --num_processes $((devices * machines)) \
    --main_process_ip "${MASTER:-127.0.0.1}" --main_process_port "${PORT:-29500}" \
    -m "$@"
}

for stage in backbone skills think grpo; do
  config=$configs/$stage.yaml
  [ -f "$config" ] || continue
  module=training.sft
  [ "$stage" = grpo ] && module=training.grpo
  echo "== $stage: $config"
  launch "$module" "$config"
done
