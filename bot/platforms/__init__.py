"""One package a chat platform. The core knows them only as `ports.Platform`."""
