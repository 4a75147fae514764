/** Where a message stands, and who says so: its record. */

import { useEffect, useState } from 'preact/hooks'
import { showText } from '../model/text.ts'
import { api } from '../net/api.ts'
import { Dialog } from './dialog.tsx'

export function RecordDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const [record, setRecord] = useState<Readonly<Record<string, unknown>>>()
  const [error, setError] = useState('')
  useEffect(() => {
    api
      .record(id)
      .then(setRecord, (why: unknown) => setError(why instanceof Error ? why.message : String(why)))
  }, [id])
  return (
    <Dialog title="Record of a message" onClose={onClose}>
      {error !== '' && <p class="warning">{showText(error)}</p>}
      {!record && error === '' && <p>asking …</p>}
      <dl class="record">
        {Object.entries(record ?? {}).map(([name, value]) => (
          <>
            <dt>{showText(name)}</dt>
            <dd>{showText(typeof value === 'string' ? value : JSON.stringify(value))}</dd>
          </>
        ))}
      </dl>
    </Dialog>
  )
}
