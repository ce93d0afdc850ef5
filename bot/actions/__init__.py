"""What the assistant does, one file per topic. What these raise is answered by bot.inprocess."""
