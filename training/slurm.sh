#!/usr/bin/env bash
#SBATCH --job-name=partimento
#SBATCH --nodes=8
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=8
#SBATCH --cpus-per-task=96
#SBATCH --requeue
# 64 GPUs: sbatch training/slurm.sh [FOLDER OF CONFIGS]. Requeued, a run goes on from its last
# checkpoint. The configs' paths must be on a file system that all machines see.
set -euo pipefail
export MACHINES=$SLURM_NNODES DEVICES=$SLURM_GPUS_ON_NODE
MASTER=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
export MASTER
srun bash -c 'RANK=$SLURM_NODEID training/run.sh "$@"' - "$@"
