import { Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly } from './schemas.ts'

export const listTags = defineRoute({
  method: 'GET',
  path: '/tags',
  access: 'agent',
  summary: 'All tags by name',
  reply: exactly({ data: Type.Array(Type.String()) }),
})
