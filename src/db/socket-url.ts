/**
 * The URL of a database behind a Unix socket, as pg reads it: the folder goes into `host`, and
 * `localhost` only stands where a URL wants a name.
 *
 * @param folder the absolute folder of the socket, at most 90 bytes (a socket's path ends at 107)
 */
export function socketUrl(options: {
  folder: string
  name: string
  password: string
  database: string
}): string {
  const url = new URL('postgres://localhost')
  url.username = options.name
  url.password = options.password
  url.pathname = `/${options.database}`
  url.searchParams.set('host', options.folder)
  return url.href
}
