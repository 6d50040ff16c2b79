"""The control socket: JSON lines over a Unix socket, for `fably ctl`, the parent's page and scripts. It knows no box: it is handed one."""
