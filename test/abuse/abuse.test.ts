// Every case attacks one started product; each file holds the cases of one surface.
import './bomb-cases.ts'
import './screen-cases.ts'
import './sender-cases.ts'
