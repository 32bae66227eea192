"""Accounts: who works at the desk, in which roles. Nobody gives, or takes over, rights they do not have."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from commentaries import rights
from commentaries.admin.desk import MOST_WORDS, DeskAdmin, without_links
from commentaries.folding import fold
from commentaries.languages import AUTONYMS, Language
from commentaries.models import User

if TYPE_CHECKING:
    from django.contrib.auth.forms import UserChangeForm as ChangeForm

    AccountBase = DjangoUserAdmin[User]
else:
    ChangeForm = UserChangeForm

    class AccountBase(DjangoUserAdmin, DeskAdmin):
        pass


admin.site.unregister(Group)  # roles are what commentaries/roles.py says


def permissions_of(group: Group) -> set[str]:
    return {f"{one.content_type.app_label}.{one.codename}" for one in group.permissions.all()}


def groups_to_give(user: User) -> list[Group]:
    """The roles that hold nothing this person does not hold themselves."""
    groups = Group.objects.prefetch_related("permissions__content_type").order_by("name")
    held = user.get_all_permissions()
    return [group for group in groups if user.is_superuser or permissions_of(group) <= held]


def outranks(user: User, other: User) -> bool:
    """Whether `other` may do anything that `user` may not."""
    if user.is_superuser:
        return False
    return other.is_superuser or not other.get_all_permissions() <= user.get_all_permissions()


class RoleChoiceField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return _(obj.name)


class RoleFilter(admin.RelatedFieldListFilter):
    """Roles by their names in the reader's language."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        return [(pk, _(str(name))) for pk, name in super().field_choices(field, request, model_admin)]


class AccountForm(ChangeForm):  # type: ignore[type-arg]
    """An account's rights as checkboxes; roles that are not this editor's to give stay as they are."""

    editor: User
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("languages of work"),
        help_text=gettext_lazy("A translator edits texts in these languages."),
        choices=Language.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "groups" in self.fields:
            allowed = [group.pk for group in groups_to_give(self.editor)]
            self.fields["groups"] = RoleChoiceField(
                label=gettext_lazy("roles"),
                queryset=Group.objects.filter(pk__in=allowed).order_by("name"),
                required=False,
                widget=UnfoldAdminCheckboxSelectMultipleWidget,
            )
        for field in self.fields.values():
            field.label = capfirst(field.label)

    def clean_groups(self) -> list[Group]:
        kept = self.instance.groups.exclude(pk__in=self.fields["groups"].queryset.values("pk"))  # type: ignore[attr-defined]
        return [*self.cleaned_data["groups"], *kept]


class InterfaceForm(forms.ModelForm):  # type: ignore[type-arg]
    """What everybody may set for themselves."""

    class Meta:
        model = User
        fields = ("interface_language", "wants_mail")
        widgets = {"interface_language": UnfoldAdminSelectWidget, "wants_mail": UnfoldBooleanSwitchWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["interface_language"].choices = [  # type: ignore[attr-defined]
            ("", _("The language of the browser")),
            *AUTONYMS.items(),
        ]
        if not self.instance.email:
            self.fields["wants_mail"].help_text = _(
                "Your account has no e-mail address. Ask an administrator to add it."
            )
        for field in self.fields.values():
            field.label = capfirst(field.label)


@admin.register(User)
class AccountAdmin(AccountBase):
    form = AccountForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "roles", "is_active")
    list_filter = ("is_active", ("groups", RoleFilter))
    filter_horizontal = ()
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "username",
                    "password",
                    ("first_name", "last_name"),
                    ("email", "wants_mail"),
                    "interface_language",
                )
            },
        ),
        (gettext_lazy("Work"), {"fields": ("groups", "sections", "languages")}),
        (gettext_lazy("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (None, {"fields": (("last_login", "date_joined"),)}),
    )
    readonly_fields = ("last_login", "date_joined")

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, user: User) -> str:
        return ", ".join(_(group.name) for group in user.groups.all())

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """Accounts are few: they are compared here, where case is the same in every script."""
        words = fold(search_term).split()[:MOST_WORDS]
        rows = queryset.values_list("pk", "username", "first_name", "last_name") if words else []
        found = [pk for pk, *names in rows if all(word in fold(" ".join(names)) for word in words)]
        return (queryset.filter(pk__in=found) if words else queryset), False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or rights.staff(request).is_superuser:
            return fieldsets
        hidden = {"is_superuser"}
        return [
            (name, {**options, "fields": [field for field in options["fields"] if field not in hidden]})
            for name, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = list(super().get_readonly_fields(request, obj))
        if obj == request.user and not obj.is_superuser:
            fixed += ["is_active", "is_staff", "groups"]  # nobody locks themselves out
        return fixed

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.editor = request.user  # type: ignore[attr-defined]
        return form

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "sections":
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return without_links(field) if field and db_field.name == "sections" else field

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and outranks(rights.staff(request), obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj) and obj != request.user
        return allowed and not (obj and outranks(rights.staff(request), obj))

    def get_actions(self, request: HttpRequest) -> Any:
        """Accounts are deleted one by one: the rule above asks about each."""
        return {}

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.is_staff = True  # an account is for the desk
        super().save_model(request, obj, form, change)

    def get_urls(self) -> Any:
        own = path("own/", self.admin_site.admin_view(self.own_account), name="own_account")
        return [own, *super().get_urls()]

    def own_account(self, request: HttpRequest) -> HttpResponse:
        """Everybody's own language of the desk and wish for mail, and the way to their password."""
        user = User.objects.get(pk=rights.staff(request).pk)
        form = InterfaceForm(request.POST if request.method == "POST" else None, instance=user)
        if request.method == "POST" and form.is_valid():
            form.save()
            messages.success(request, _("Saved."))
            return redirect("admin:own_account")
        context = {**self.admin_site.each_context(request), "title": _("My account"), "form": form}
        return TemplateResponse(request, "admin/own_account.html", context)
