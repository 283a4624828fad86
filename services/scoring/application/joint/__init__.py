"""What groups and the organisation owe: judged when the streams of all departments have come far enough."""
