import {
  type IAMClient,
  ListServiceSpecificCredentialsCommand,
  type ListServiceSpecificCredentialsCommandOutput,
} from '@aws-sdk/client-iam';

/** The one list of a user's credentials that the SDK has no paginator for ("ListServiceSpecificCredentials"). */
export async function* paginateServiceSpecificCredentials(
  iam: IAMClient,
  UserName: string,
): AsyncGenerator<ListServiceSpecificCredentialsCommandOutput> {
  let Marker: string | undefined;
  do {
    const page = await iam.send(new ListServiceSpecificCredentialsCommand({ UserName, Marker }));
    yield page;
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker !== undefined);
}
