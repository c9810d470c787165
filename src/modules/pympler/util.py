"""Small helpers of pympler."""
