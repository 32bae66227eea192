"""What Django's admin says."""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

MESSAGES = (
    _("Delete selected %(verbose_name_plural)s"),
    _("Successfully deleted %(count)d %(items)s."),
    _("Cannot delete %(name)s"),
    _("Delete multiple objects"),
    _("Administration"),
    _("All"),
    _("Yes"),
    _("No"),
    _("Unknown"),
    _("Any date"),
    _("Today"),
    _("Past 7 days"),
    _("This month"),
    _("This year"),
    _("No date"),
    _("Has date"),
    _("Empty"),
    _("Not empty"),
    _(
        "Please enter the correct %(username)s and password for a staff account. Note that both "
        "fields may be case-sensitive."
    ),
    _("Action:"),
    _("Add another %(verbose_name)s"),
    _("Remove"),
    _("Addition"),
    _("Change"),
    _("Deletion"),
    _("Added “%(object)s”."),
    _("Changed “%(object)s” — %(changes)s"),
    _("Deleted “%(object)s.”"),
    _("Added {name} “{object}”."),
    _("Added."),
    _("and"),
    _("Changed {fields} for {name} “{object}”."),
    _("Changed {fields}."),
    _("Deleted {name} “{object}”."),
    _("No fields changed."),
    _("None"),
    _("Hold down “Control”, or “Command” on a Mac, to select more than one."),
    _("Select this object for an action - {}"),
    _("The {name} “{obj}” was added successfully."),
    _("You may edit it again below."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully."),
    _("Items must be selected in order to perform actions on them. No items have been changed."),
    _("No action selected."),
    _("The %(name)s “%(obj)s” was deleted successfully."),
    _("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?"),
    _("Add %s"),
    _("Change %s"),
    _("View %s"),
    _("Database error"),
    ngettext_lazy(
        "%(count)s %(name)s was changed successfully.",
        "%(count)s %(name)s were changed successfully.",
    ),
    ngettext_lazy("%(total_count)s selected", "All %(total_count)s selected"),
    _("0 of %(cnt)s selected"),
    _("Delete"),
    _("Change history: %s"),
    _("%(class_name)s %(instance)s"),
    _(
        "Deleting %(class_name)s %(instance)s would require deleting the following protected "
        "related objects: %(related_objects)s"
    ),
    _("Django site admin"),
    _("Django administration"),
    _("Site administration"),
    _("Log in"),
    _("%(app)s administration"),
    _("Page not found"),
    _("We’re sorry, but the requested page could not be found."),
    _("Home"),
    _("Server error"),
    _("Server error (500)"),
    _("Server Error <em>(500)</em>"),
    _(
        "There’s been an error. It’s been reported to the site administrators via email and should "
        "be fixed shortly. Thanks for your patience."
    ),
    _("Run the selected action"),
    _("Go"),
    _("Click here to select the objects across all pages"),
    _("Select all %(total_count)s %(module_name)s"),
    _("Clear selection"),
    _("Breadcrumbs"),
    _("Models in the %(name)s application"),
    _("Add"),
    _("View"),
    _("You don’t have permission to view or edit anything."),
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("Error:"),
    _("Set password"),
    ngettext_lazy("Please correct the error below.", "Please correct the errors below."),
    _("Enter a new password for the user <strong>%(username)s</strong>."),
    _("This action will <strong>enable</strong> password-based authentication for this user."),
    _("Disable password-based authentication"),
    _("Enable password-based authentication"),
    _("Skip to main content"),
    _("Welcome,"),
    _("View site"),
    _("Log out"),
    _("Add %(name)s"),
    _("History"),
    _("View on site"),
    _("Filter"),
    _("Hide counts"),
    _("Show counts"),
    _("Clear all filters"),
    _("Remove from sorting"),
    _("Sorting priority: %(priority_number)s"),
    _("Toggle sorting"),
    _(
        "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related "
        "objects, but your account doesn't have permission to delete the following types of "
        "objects:"
    ),
    _(
        "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the following "
        "protected related objects:"
    ),
    _(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? All of the '
        "following related items will be deleted:"
    ),
    _("Objects"),
    _("Yes, I’m sure"),
    _("No, take me back"),
    _(
        "Deleting the selected %(objects_name)s would result in deleting related objects, but your "
        "account doesn't have permission to delete the following types of objects:"
    ),
    _("Deleting the selected %(objects_name)s would require deleting the following protected related objects:"),
    _(
        "Are you sure you want to delete the selected %(objects_name)s? All of the following "
        "objects and their related items will be deleted:"
    ),
    _("Delete?"),
    _(" By %(filter_title)s "),
    _("Summary"),
    _("Recent actions"),
    _("My actions"),
    _("None available"),
    _("Added:"),
    _("Changed:"),
    _("Deleted:"),
    _("Unknown content"),
    _(
        "Something’s wrong with your database installation. Make sure the appropriate database "
        "tables have been created, and make sure the database is readable by the appropriate user."
    ),
    _(
        "You are authenticated as %(username)s, but are not authorized to access this page. Would "
        "you like to login to a different account?"
    ),
    _("Forgotten your login credentials?"),
    _("Toggle navigation"),
    _("Sidebar"),
    _("Start typing to filter…"),
    _("Filter navigation items"),
    _("Date/time"),
    _("User"),
    _("Action"),
    ngettext_lazy("entry", "entries"),
    _("This object doesn’t have a change history. It probably wasn’t added via this admin site."),
    _("Show all"),
    _("Popup closing…"),
    _("Search"),
    ngettext_lazy("%(counter)s result", "%(counter)s results"),
    _("%(full_result_count)s total"),
    _("Save as new"),
    _("Save and add another"),
    _("Save and continue editing"),
    _("Save and view"),
    _("Close"),
    _("Change selected %(model)s"),
    _("Add another %(model)s"),
    _("Delete selected %(model)s"),
    _("View selected %(model)s"),
    _("Thanks for spending some quality time with the web site today."),
    _("Log in again"),
    _("Password change"),
    _("Your password was changed."),
    _(
        "Please enter your old password, for security’s sake, and then enter your new password "
        "twice so we can verify you typed it in correctly."
    ),
    _("Change my password"),
    _("New password:"),
    _("Confirm password:"),
    _("Select all objects on this page for an action"),
    _("All dates"),
    _("Select %s"),
    _("Select %s to change"),
    _("Select %s to view"),
    _("Date:"),
    _("Time:"),
    _("Lookup"),
    _("Currently:"),
    _("Change:"),
)
