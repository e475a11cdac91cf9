"""The data contracts: frozen pydantic models and the Arrow schemas derived from them."""
