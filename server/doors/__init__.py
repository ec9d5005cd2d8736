"""What all doors (socket, pages, REST) share: whose hosts, which cookies, how often, and which plans."""
