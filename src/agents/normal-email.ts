/** The form an agent's address is stored and compared in: trimmed, ASCII letters in lower case. */
export function normalEmail(email: string): string {
  return email
    .trim()
    .normalize('NFC')
    .replace(/[A-Z]/g, letter => letter.toLowerCase())
}
