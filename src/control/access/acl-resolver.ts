import type { AccessListId, AccessListTable, AccessRule } from '../../plane/access/access-list-table.ts';
import { type Interfaces, interfacesHint, unknownInterfaces } from '../../plane/sockets/host-interfaces.ts';
import { didYouMean } from '../config/nearest-word.ts';
import type { Report } from '../config/report.ts';
import { ValueProblem } from '../config/values.ts';
import type { Path } from '../config/yaml-source.ts';
import { type AccessElement, builtInAcls, elementHint, parseAccessElement } from './access-element.ts';
import type { AccessTableBuilder } from './access-table-builder.ts';
import { localAddresses, localNetworks } from './local-networks.ts';

export interface AclSources {
  /** The `acl` map, as it was written. */
  readonly acls: Readonly<Record<string, unknown>>;
  /** Number of a key by its name as configurations write it; `undefined` where there is none. */
  readonly findKey: (name: string) => number | undefined;
  readonly keyNames: readonly string[];
  readonly interfaces: Interfaces;
  readonly builder: AccessTableBuilder;
  readonly report: Report;
}

/** What a list holds beside its number; for warnings. */
export interface ResolvedList {
  readonly id: AccessListId;
  /** Whether an address alone, which anybody can write into a datagram, may be allowed. */
  readonly allowsByAddress: boolean;
}

/** From address match lists as they are written to numbers of the table. */
export class AclResolver {
  private readonly sources: AclSources;
  private readonly resolved = new Map<string, ResolvedList>();
  /** Names of the acls that are being resolved, outermost first. */
  private readonly open: string[] = [];

  constructor(sources: AclSources) {
    this.sources = sources;
  }

  get table(): AccessListTable {
    return this.sources.builder.table;
  }

  /** Resolve all acls, so that faults are told of those too that nothing uses. */
  resolveAll(): void {
    const { acls, report } = this.sources;
    for (const name of Object.keys(acls)) {
      if (builtInAcls.some((builtIn) => builtIn === name.toLowerCase())) {
        report('error', 'CF16', `acl ${name} is built in`, ['acl', name], 'key', 'take another name');
      } else this.named(name);
    }
  }

  /** An element, or a list of elements and lists, that stands at `path`. */
  list(written: unknown, path: Path): ResolvedList {
    if (!Array.isArray(written)) return this.rules([written], () => path);
    return this.rules(written, (index) => [...path, index]);
  }

  /** The list that allows whom `list` allows, as far as they come over TLS. */
  overTls(list: AccessListId): AccessListId {
    const { builder } = this.sources;
    return builder.add([
      { kind: 'plain', negated: true },
      { kind: 'list', negated: false, list },
    ]);
  }

  private rules(elements: readonly unknown[], pathOf: (index: number) => Path): ResolvedList {
    const parts = elements.flatMap((element, index) => this.element(element, pathOf(index)) ?? []);
    return {
      id: this.sources.builder.add(parts.flatMap(({ rules }) => rules)),
      allowsByAddress: parts.some(({ allowsByAddress }) => allowsByAddress),
    };
  }

  private element(written: unknown, path: Path): RulesOf | undefined {
    if (Array.isArray(written)) return rulesOfList(this.list(written, path), false);
    if (typeof written !== 'string') {
      const message = `expected an element of an address list, found ${typeof written === 'number' ? written : 'something else'}`;
      this.sources.report('error', 'CF23', message, path, 'value', elementHint);
      return undefined;
    }
    const element = parseAccessElement(written);
    if (!(element instanceof ValueProblem)) return this.rulesOf(element, path);
    this.sources.report('error', element.code, element.message, path, 'value', element.hint);
    return undefined;
  }

  private rulesOf(element: AccessElement, path: Path): RulesOf | undefined {
    const { negated } = element;
    switch (element.kind) {
      case 'any':
      case 'none':
        return {
          rules: [{ kind: 'any', negated: negated !== (element.kind === 'none') }],
          allowsByAddress: !negated && element.kind === 'any',
        };
      case 'localhost':
      case 'localnets':
        return rulesOfList(this.builtIn(element.kind, path), negated);
      case 'prefix':
        return { rules: [element], allowsByAddress: !negated };
      case 'key':
        return this.keyRule(element.name, negated, path);
      case 'acl':
        return this.aclRule(element.name, negated, path);
    }
  }

  private keyRule(name: string, negated: boolean, path: Path): RulesOf | undefined {
    const { findKey, keyNames, report } = this.sources;
    const key = findKey(name);
    if (key !== undefined) return { rules: [{ kind: 'key', negated, key }], allowsByAddress: false };
    report(
      'error',
      'CF21',
      `undefined key "${name}"`,
      path,
      'value',
      didYouMean(name, keyNames, 'define it under keys'),
    );
    return undefined;
  }

  private aclRule(name: string, negated: boolean, path: Path): RulesOf | undefined {
    const { acls, report } = this.sources;
    if (!Object.hasOwn(acls, name)) {
      const known = [...Object.keys(acls), ...builtInAcls];
      report('error', 'CF20', `undefined acl "${name}"`, path, 'value', didYouMean(name, known, 'define it under acl'));
      return undefined;
    }
    const start = this.open.indexOf(name);
    if (start >= 0) {
      const circle = [...this.open.slice(start), name].join(' > ');
      report('error', 'CF22', `acl ${name} refers to itself: ${circle}`, path, 'value');
      return undefined;
    }
    return rulesOfList(this.named(name), negated);
  }

  private named(name: string): ResolvedList {
    const known = this.resolved.get(name);
    if (known !== undefined) return known;
    this.open.push(name);
    const list = this.list(this.sources.acls[name], ['acl', name]);
    this.open.pop();
    this.resolved.set(name, list);
    return list;
  }

  private builtIn(name: 'localhost' | 'localnets', path: Path): ResolvedList {
    const { interfaces, builder, report } = this.sources;
    if (interfaces === unknownInterfaces)
      report('error', 'CF20', `acl ${name}: the system does not tell its addresses`, path, 'value', interfacesHint);
    const prefixes = name === 'localhost' ? localAddresses(interfaces) : localNetworks(interfaces);
    const rules = prefixes.map((prefix): AccessRule => ({ ...prefix, negated: false }));
    return { id: builder.add(rules), allowsByAddress: true };
  }
}

interface RulesOf {
  readonly rules: readonly AccessRule[];
  readonly allowsByAddress: boolean;
}

function rulesOfList({ id, allowsByAddress }: ResolvedList, negated: boolean): RulesOf {
  return { rules: [{ kind: 'list', negated, list: id }], allowsByAddress: !negated && allowsByAddress };
}
