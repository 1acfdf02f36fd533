/** A small repeatable source of randomness: the same seed gives the same numbers in every process. */
export interface Random {
  /** 0 to below 1. */
  fraction(): number;
  /** An integer from 0 to below `bound`. */
  below(bound: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** `digits` lower-case hex digits; a multiple of 8. */
  hex(digits: number): string;
  shuffled<T>(list: readonly T[]): T[];
}

/** sfc32: 128 bits of state, passes PractRand, a few additions a number. */
export function createRandom(seed: string): Random {
  let [a, b, c, counter] = hash128(seed);
  const uint32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) uint32();
  const fraction = (): number => uint32() / 2 ** 32;
  const below = (bound: number): number => Math.floor(fraction() * bound);
  return {
    fraction,
    below,
    chance: (probability) => fraction() < probability,
    pick: (list) => list[below(list.length)] ?? list[0],
    hex(digits) {
      let text = '';
      while (text.length < digits) text += uint32().toString(16).padStart(8, '0');
      return text;
    },
    shuffled(list) {
      const copy = [...list];
      for (let last = copy.length - 1; last > 0; last -= 1) {
        const other = below(last + 1);
        const moved = copy[last] as (typeof copy)[number];
        copy[last] = copy[other] as (typeof copy)[number];
        copy[other] = moved;
      }
      return copy;
    },
  };
}

/** Four 32-bit FNV-1a hashes of the text, each from another start. */
function hash128(text: string): [number, number, number, number] {
  const hash = (start: number): number => {
    let value = start;
    for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
    return value | 0;
  };
  return [hash(0x811c9dc5), hash(0x050c5d1f), hash(0x2b00b1e5), hash(0x1a47e90b)];
}
