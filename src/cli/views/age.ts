/** How long ago a moment was, as kubectl shows it: `12s`, `5m`, `3h`, `2d`. */
export function age(createdAt: number | null): string {
  if (createdAt === null) return '?';
  const seconds = Math.max(0, Math.round((Date.now() - createdAt) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
