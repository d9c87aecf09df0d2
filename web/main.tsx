import { render } from 'preact'
import { Frame } from './frame/frame.tsx'
import './theme/tokens.css'
import './theme/base.css'
import './theme/frame.css'

const root = document.getElementById('page')
if (root !== null) render(<Frame />, root)
