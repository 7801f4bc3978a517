/** An argument that begins with a dash is a flag that the command does not have. */
export class DashedWordError extends Error {}
