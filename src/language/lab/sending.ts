/** What one node or pod sends to another, to see whether it gets through. */

/** Over TCP, UDP, SCTP, HTTP to a port, or an ICMP echo request. */
export interface Sending {
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp' | 'http';
  /** Null for icmp. */
  readonly port: number | null;
  /** Absent: over each family that both ends have. */
  readonly ipFamily?: 'ipv4' | 'ipv6';
}

/** What becomes of it. */
export type Reaching = 'reachable' | 'blocked' | 'refused' | 'dropped' | 'unroutable';

const TRANSPORTS = { tcp: 'TCP', http: 'TCP', icmp: 'TCP', udp: 'UDP', sctp: 'SCTP' } as const;

/** As Services and policies call it. */
export const transportOf = ({ protocol }: Pick<Sending, 'protocol'>) => TRANSPORTS[protocol];
