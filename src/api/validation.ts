import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'

type Invalid = { error: Error & { validation: unknown[]; validationContext: string } }

/**
 * Compiles a contract schema for fastify. Path and query values are converted from text, bodies
 * are taken as they are; defaults are filled in; unknown keys are refused, never dropped silently.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema)
  const isText = httpPart !== 'body'
  return (given: unknown) => {
    const filled = Value.Default(schema, given ?? (isText ? {} : given))
    const value = isText ? Value.Convert(schema, filled) : filled
    if (compiled.Check(value)) return { value }
    return invalid([...compiled.Errors(value)], httpPart ?? 'body')
  }
}

function invalid(problems: { instancePath: string; message: string }[], context: string): Invalid {
  const first = problems[0]
  const sentence = `${context}${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}`
  return { error: Object.assign(new Error(sentence), { validation: problems, validationContext: context }) }
}
