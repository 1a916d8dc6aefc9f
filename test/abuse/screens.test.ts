import './cloned-desk.ts'
import './screen-cases.ts'
import './vector-cases.ts'
import './log-cases.ts'
