import { type ClassLink, type Enrolment, Profile } from '#libs/contracts';

/** A pupil's stand in the place itself, an adult's among the links: those of today, by their labels. */
export function divisionsOf(
  { uai, profile, classLabel, furtherClasses, groups }: Enrolment,
  links: readonly ClassLink[],
) {
  const isAdult = profile === Profile.TEACHER || profile === Profile.PERSONNEL;
  const linked = isAdult ? links.filter((one) => one.uai === uai && !one.period?.endsOn) : [];
  const classes = [...furtherClasses, ...linked.filter(({ group }) => !group)];
  const allGroups = [...groups, ...linked.filter(({ group }) => group)];
  const labels = (of: readonly { readonly label: string }[]) =>
    [...new Set(of.map(({ label }) => label))].filter(Boolean);
  return {
    further_classes: labels(classes).filter((label) => label !== classLabel),
    groups: labels(allGroups),
  };
}
