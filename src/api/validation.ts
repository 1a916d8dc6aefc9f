import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { storableText } from '../lib/storable-text.ts'

type Invalid = { error: Error & { validation: unknown[]; validationContext: string } }

/**
 * Compiles a contract schema for fastify. Path and query values are converted from text, bodies
 * are taken as they are; defaults are filled in; unknown keys are refused, never dropped silently.
 * NUL and lone surrogates, which no column holds, arrive as U+FFFD.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  let compiled: ReturnType<typeof Compile<TSchema>> | undefined // by the first call: all of them at once take 300 ms
  const isText = httpPart !== 'body'
  return (given: unknown) => {
    const filled = Value.Default(schema, storable(given) ?? (isText ? {} : given))
    const value = isText ? Value.Convert(schema, filled) : filled
    compiled ??= Compile(schema)
    if (compiled.Check(value)) return { value }
    return invalid([...compiled.Errors(value)], httpPart ?? 'body')
  }
}

/** As deep as any route's input goes; what lies deeper is refused by its schema. */
function storable(given: unknown, levels = 3): unknown {
  if (typeof given === 'string') return storableText(given)
  if (typeof given !== 'object' || given === null || levels === 0) return given
  if (Array.isArray(given)) return given.map(item => storable(item, levels - 1))
  return Object.fromEntries(Object.entries(given).map(([key, part]) => [key, storable(part, levels - 1)]))
}

function invalid(problems: { instancePath: string; message: string }[], context: string): Invalid {
  const first = problems[0]
  const sentence = `${context}${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}`
  return { error: Object.assign(new Error(sentence), { validation: problems, validationContext: context }) }
}
