/** How a person or a machine asks a command to end: Ctrl-C, a polite kill, a terminal that is closed. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
