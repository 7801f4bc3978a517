// Each also as the one character that a terminal takes for its two. First CSI, whole or cut short by the line's end.
// Then the strings (DCS, SOS, OSC, PM, APC: titles, links, images): of one without an end its text stays, since it may
// be what the child had to say. Then other two-byte escapes, then every control character but the tab.
// No part can begin inside itself, which keeps the time in proportion to the text, whatever that is.
const escapes =
  // oxlint-disable-next-line no-control-regex -- removing them is the purpose
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[PX\]^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0080-\u009f]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]/g;
// oxlint-disable-next-line no-control-regex -- as above
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;

/** The text without escape sequences and control characters, so that a log shown in a terminal stays text. */
export function plainText(text: string): string {
  return text.replace(escapes, "").replace(controls, "");
}
