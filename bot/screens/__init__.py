"""What people see and do, once for all platforms: views, and the answers to their actions.

May import services, ports, prompts and domain.
"""
