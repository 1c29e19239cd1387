/** Ingresses of a lab: a networking.k8s.io/v1 Ingress' `spec` with every default filled in and every backend found. */
import type { Path } from '../../language/diagnostic/diagnostic.ts';
import { identifier } from '../../language/lab/identifier.ts';
import type { Service } from '../services/model.ts';

declare module '../../language/lab/lab.ts' {
  interface Lab {
    readonly ingresses: readonly Ingress[];
  }
}

export interface Ingress {
  /** `shop`, `team-a/shop` */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly ingressClassName: string;
  /** Notes that nothing here reads. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The backend of requests that no rule is for; null for none. */
  readonly defaultBackend: IngressBackend | null;
  readonly rules: readonly IngressRule[];
  readonly tls: readonly IngressTls[];
  readonly source: Path;
}

export type PathType = 'Exact' | 'Prefix' | 'ImplementationSpecific';

export interface IngressRule {
  /** `shop.example.com`, `*.example.com`; empty for every host. */
  readonly host: string;
  readonly paths: readonly IngressPath[];
}

export interface IngressPath {
  /** As it is written, percent-encoded. */
  readonly path: string;
  readonly pathType: PathType;
  readonly backend: IngressBackend;
}

export interface IngressBackend {
  /** Key of the Service. */
  readonly service: string;
  /** Its port, as the file has it: a number or a name. */
  readonly port: number | string;
}

export interface IngressTls {
  readonly hosts: readonly string[];
  /** Name of the certificate: netlab makes one for these hosts. */
  readonly secretName: string;
}

/** The class that netlab's own controller serves. */
export const INGRESS_CLASS = 'nginx';
/** What `ingressClassName` was written as before it was there; it still counts. */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
export const CONTROLLER = 'ingress-nginx/controller';
/** The name of the certificate for hosts that no entry names, as ingress-nginx has one for every other host. */
export const FAKE_CERTIFICATE = 'fake';
/** In the /run of the controller's pod. */
export const INGRESS_FILE = '/run/ingress/nginx.conf';
export const CERTIFICATE_FOLDER = '/run/ingress/tls';
export const HEALTH_PORT = 10254;

/** The kernel's limit for a file's name, without its ending. */
const NAME_MAX = 255 - '.crt'.length;

export const certificateName = (namespace: string, secretName: string) =>
  identifier([namespace, secretName], { separator: '_', longest: NAME_MAX });

/** Which of a Service's ports is meant, by number or name; HTTP goes over TCP. -1 for none. */
export const portIndex = ({ ports }: Pick<Service, 'ports'>, wanted: number | string) =>
  ports.findIndex(({ name, port, protocol }) => protocol === 'TCP' && (port === wanted || name === wanted));
