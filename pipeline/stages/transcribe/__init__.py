"""What is sung: gated, heard, and checked for what recognisers invent."""
