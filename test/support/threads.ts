import { rawMail } from './mails.ts'

/**
 * Threads as mail programs make them: every mail answers some earlier one of its thread, carries the
 * whole chain in References, and is written by Ann or by Bob, whom the first mail copied.
 *
 * @param shape.lost how many mails of each thread were never delivered, the oldest first
 * @returns the delivered mails, thread by thread, `shape.mails` of each
 */
export function makeThreads(
  shape: { prefix: string; threads: number; mails: number; lost: number },
  random: () => number,
): Buffer[] {
  return Array.from({ length: shape.threads }, (_, n) =>
    makeThread(`${shape.prefix}-${n}`, shape, random),
  ).flat()
}

function makeThread(name: string, shape: { mails: number; lost: number }, random: () => number): Buffer[] {
  const chains: string[][] = []
  const mails = Array.from({ length: shape.mails + shape.lost }, (_, n) => {
    const messageId = `${name}.${n}@customer.test`
    const parent = chains[Math.floor(random() * chains.length)] ?? []
    chains.push([...parent, messageId])
    const answered = parent.at(-1)
    return rawMail({
      messageId,
      from: n % 2 === 0 ? 'Ann <ann@customer.test>' : 'Bob <bob@customer.test>',
      cc: n % 2 === 0 ? 'bob@customer.test' : 'ann@customer.test',
      subject: n === 0 ? 'The same subject' : 'Re: The same subject',
      text: `Mail ${n} of ${name}\r\n`,
      references: parent.length > 0 ? parent : undefined,
      inReplyTo: answered,
    })
  })
  return mails.slice(shape.lost)
}
