/** Whether the reader has told the browser to save data. Not every browser knows, and so no declaration of its types does. */
export function savesData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true
}
