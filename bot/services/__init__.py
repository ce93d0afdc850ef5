"""What the assistant asks of the organisation: ports, and the back offices that answer them."""
