/** A head as it goes over the wire, without the empty line that ends it. `headers` are flat name, value pairs. */
export function headText(firstLine: string, headers: readonly string[]): string {
  let text = `${firstLine}\r\n`;
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return text;
}
