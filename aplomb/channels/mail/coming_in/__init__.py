"""The way in: taken from the network, stored before anybody is told, known again, and put on its ticket; watched all the way."""
