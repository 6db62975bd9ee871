/** The systems that there are CI files for: where each lies among aami's examples, and where in a repo. */
export const CI_FILES = {
  github: { from: 'ci/github/aami.yml', to: '.github/workflows/aami.yml' },
  gitlab: { from: 'ci/gitlab/aami.gitlab-ci.yml', to: '.gitlab-ci.yml' },
} as const;

export type CiSystem = keyof typeof CI_FILES;
export const CI_SYSTEMS = Object.keys(CI_FILES);
