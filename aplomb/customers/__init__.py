"""Who the desk serves: organisations and contacts with their addresses and numbers. Sites and equipment belong here too."""
