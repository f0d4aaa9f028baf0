// Pictures: announced first, then sent in parts from where the hub says it is.

import type { Answer, Surroundings } from './sender';
import type { Photo } from './types';

export const PART_BYTES = 256 * 1024; // small enough to get through a bad network, at most 1 MiB by the contract
const MOST_JUMPS = 5; // how often the hub may name another offset before it counts as trouble

interface Here {
  received: number;
  complete: boolean;
}

/** Status 200 when the hub has all of it. Progress is kept on the phone after each part. */
export async function upload(at: Pick<Surroundings, 'db' | 'wire' | 'changed'>, photo: Photo): Promise<Answer> {
  const announced = await at.wire({
    method: 'POST',
    path: '/api/v1/technician/photos',
    headers: { 'Idempotency-Key': photo.id },
    json: {
      id: photo.id,
      ...(photo.order ? { work_order: photo.order } : {}),
      bytes: photo.bytes.byteLength,
      sha256: photo.sha256,
      type: photo.type,
      taken_at: photo.taken_at,
    },
  });
  if (announced.status !== 200 && announced.status !== 201) return announced;
  let here = announced.body as Here;
  for (let jumps = 0; !here.complete;) {
    await keep(at, photo.id, here);
    const offset = here.received;
    const bytes = photo.bytes.slice(offset, offset + PART_BYTES);
    const path = `/api/v1/technician/photos/${photo.id}?offset=${offset}`;
    const answer = await at.wire({ method: 'PUT', path, bytes });
    const elsewhere = answer.status === 409 && typeof (answer.body as Partial<Here>)?.received === 'number';
    if (answer.status !== 200 && !(elsewhere && ++jumps <= MOST_JUMPS)) return answer;
    here = { complete: false, ...(answer.body as object) } as Here;
    if (answer.status === 200 && here.received <= offset && !here.complete && ++jumps > MOST_JUMPS) {
      return { status: 0, body: undefined };
    }
  }
  await keep(at, photo.id, here);
  return { status: 200, body: here };
}

async function keep(at: Pick<Surroundings, 'db' | 'changed'>, id: string, here: Here): Promise<void> {
  const photo = await at.db.get('photos', id);
  if (!photo) return;
  await at.db.put('photos', { ...photo, received: here.received, complete: here.complete });
  at.changed();
}
