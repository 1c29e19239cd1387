/** The backend of a path, or of an Ingress: the Service that it names, and a port that is there. */
import { parseIp } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { IngressBackendEntry } from '../../../language/lab/generated/lab-file.ts';
import { namespacedKey } from '../../../resolve/names.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { Service } from '../../services/model.ts';
import { isLocal } from '../compile/backends.ts';
import { type IngressBackend, portIndex } from '../model.ts';
import { type Around, hasEndpointOfController, isNameOfController } from './circles.ts';

/** What a backend may name. */
export interface Known extends Around {
  readonly problems: Problems;
}

export function toBackend(entry: IngressBackendEntry, path: Path, namespace: string, known: Known): IngressBackend {
  const { name, port } = entry.service;
  const key = namespacedKey(namespace, name);
  const service = known.services.get(key);
  const wanted = port.number ?? port.name ?? 0;
  if (!service) reportUnknown(name, namespace, [...path, 'service', 'name'], known);
  else {
    const at: Path = [...path, 'service', 'port', port.number === undefined ? 'name' : 'number'];
    checkPort(service, wanted, at, known.problems);
    if (service.externalName !== null) checkName(service, [...path, 'service', 'name'], known);
    else if (hasEndpointOfController(service, portIndex(service, wanted), known)) {
      const message = `Service "${name}" leads to the controller itself: requests go round in circles`;
      known.problems.warn([...path, 'service', 'name'], 'cycle', message, NAME_ANOTHER);
    }
  }
  return { service: key, port: wanted };
}

function reportUnknown(name: string, namespace: string, path: Path, { services, problems }: Known): void {
  const known = () => [...services.values()].filter(other => other.namespace === namespace).map(other => other.name);
  const message = `there is no Service "${name}" in namespace "${namespace}"`;
  const advice = { Service: 'an Ingress finds only Services of its own namespace' };
  problems.unknownName(path, { what: 'Service', known, message, advice }, name);
}

/** A Service that is only a name has every port by its number, whether it says so or not. */
function checkPort(service: Service, wanted: number | string, path: Path, problems: Problems): void {
  const { name, ports, externalName } = service;
  if (portIndex(service, wanted) >= 0 || (externalName !== null && typeof wanted === 'number')) return;
  const other = ports.find(own => own.port === wanted || own.name === wanted);
  const has = ports.map(own => (own.name === '' ? String(own.port) : `${own.port} ("${own.name}")`));
  const hint = has.length === 0 ? 'it has no ports: write "number: 80"' : `it has ${has.join(', ')}`;
  if (!other) problems.error(path, 'unknown-name', `Service "${name}" has no port ${wanted}`, hint);
  else {
    const message = `port ${wanted} of Service "${name}" is a ${other.protocol} port, and HTTP goes over TCP`;
    problems.error(path, 'conflict', message, hint);
  }
}

/** Names that nginx would find nobody behind, or itself. */
function checkName(service: Service, path: Path, known: Known): void {
  const { name, externalName } = service;
  const { dns, problems } = known;
  if (externalName === null) return;
  if (isLocal(externalName)) {
    const message = `Service "${name}" leads the controller to itself, which it refuses: requests get 503`;
    problems.warn(path, 'cycle', message, NAME_ANOTHER);
  } else if (!dns && !parseIp(externalName)) {
    const message = `this lab has no cluster DNS, so nobody knows the name ${externalName}: requests get 503`;
    problems.warn(path, 'conflict', message, 'remove "dns: false", or write an address');
  } else if (isNameOfController(service, known)) {
    const message = `Service "${name}" is a name of the controller itself: requests go round in circles`;
    problems.warn(path, 'cycle', message, NAME_ANOTHER);
  }
}

const NAME_ANOTHER = 'name the Service that is to answer';
