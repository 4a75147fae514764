/** The text of a message: text, never markup; http and https addresses are links. */

import { piecesOf } from '../model/text.ts'

export function Text({ text }: { text: string }) {
  return (
    <span class="text" dir="auto">
      {piecesOf(text).map((piece) =>
        piece.type === 'text' ? (
          piece.text
        ) : (
          <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        ),
      )}
    </span>
  )
}
