/** Columns two spaces apart, as wide as their widest cell. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const measured = rows.map((row) => row.map((cell) => ({ cell, width: Bun.stringWidth(cell) })));
  const widths = (measured[0] ?? []).map((_, column) =>
    measured.reduce((widest, row) => Math.max(widest, row[column]?.width ?? 0), 0),
  );
  return measured
    .map((row) => {
      const cells = row.map(({ cell, width }, column) => cell + " ".repeat((widths[column] ?? 0) - width));
      return `${cells.join("  ").trimEnd()}\n`;
    })
    .join("");
}
