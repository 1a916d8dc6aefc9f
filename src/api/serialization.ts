import buildSerializers, { type SerializerFactory } from '@fastify/fast-json-stringify-compiler'

/**
 * Builds the serializer of an answer when it is first given, not at the start: those of all routes take a second and a
 * half and 20 MB, and most of them are never used. A schema that cannot be built is found by the tests, which call
 * every route.
 */
export const buildSerializersLate: SerializerFactory = (externalSchemas, options) => {
  const build = buildSerializers()(externalSchemas, options)
  return definition => {
    let serialize: ReturnType<typeof build> | undefined
    return answer => {
      serialize ??= build(definition)
      return serialize(answer)
    }
  }
}
