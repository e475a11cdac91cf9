# vLLM with what decodes sound, which its own image leaves out for reasons of licence.
FROM vllm/vllm-openai:v0.18.0
RUN uv pip install --system --no-cache "vllm[audio]==0.18.0"
