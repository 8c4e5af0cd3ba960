// G.711 mu-law: one byte a sample, as on the telephone.

const BIAS = 0x84;
const CLIP = 32635;

/** A sample of -1 to 1 as a mu-law byte. */
export function encode(sample) {
  let value = Math.round(Math.max(-1, Math.min(1, sample)) * 32767);
  const sign = value < 0 ? 0x80 : 0;
  value = Math.min(Math.abs(value), CLIP) + BIAS;
  const exponent = 31 - Math.clz32(value >> 7);
  const mantissa = (value >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

/** A mu-law byte as a sample of -1 to 1. */
export function decode(byte) {
  const bits = ~byte & 0xff;
  const value = ((((bits & 0x0f) << 3) + BIAS) << ((bits >> 4) & 7)) - BIAS;
  return (bits & 0x80 ? -value : value) / 32768;
}
