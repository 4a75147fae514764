/** A name, as it may be shown: escaped, in its colour, with a piece of its key where two have the same. */

import { escapeName } from '../../src/chat/escape.ts'
import type { ChatState } from '../model/chat-state.ts'
import { hueOf, shortId } from '../model/ids.ts'

export function Who({ chat, id, name }: { chat: ChatState; id: string; name: string }) {
  return (
    <bdi class={`who who-${hueOf(id)}`}>
      {escapeName(name)}
      {chat.isShared(name) && <small class="piece">[{shortId(id)}]</small>}
    </bdi>
  )
}
