/** Views as other rooms ask for them. */
import { AccessList } from '../../plane/access/access-list-table.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { Config, ViewConfig, ZoneConfig } from './config.ts';

/** BIND's name of the one view that there is without views. Logs don't show it. */
export const defaultViewName = '_default';

/** Everybody's. */
export const defaultView: ViewConfig = {
  number: 0,
  name: defaultViewName,
  matchClients: AccessList.any,
  matchDestinations: AccessList.any,
  matchRecursiveOnly: false,
};

/** Those that the configuration has; none where all zones are in the default view. */
export function writtenViews({ views }: Pick<Config, 'views'>): readonly ViewConfig[] {
  return views.filter(({ number }) => number !== defaultView.number);
}

/** The view by its name, as operators say it. */
export function findView({ views }: Pick<Config, 'views'>, name: string): ViewConfig | undefined {
  return views.find((view) => view.name === name);
}

/** The zone of the same name and class in this view. */
export function zoneIdIn({ number, name }: ViewConfig, { class: zoneClass, apex }: Omit<ZoneId, 'view'>): ZoneId {
  return { view: number, viewName: number === defaultView.number ? undefined : name, class: zoneClass, apex };
}

/** The name of a zone's view. */
export function viewNameOf({ viewName }: Pick<ZoneConfig, 'viewName'>): string {
  return viewName ?? defaultViewName;
}
